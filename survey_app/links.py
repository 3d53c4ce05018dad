"""What a desk's printed code says, under this installation's address and key."""

from qr_codes import Colours, Logo, Sheet, make_code, printed_address
from survey_app.reading import DeskAtDoor
from survey_app.settings import Settings

BLACK_ON_WHITE = Colours()


def desk_code(desk: DeskAtDoor, settings: Settings) -> str:
    """The short code that the desk's poster carries."""
    return make_code(desk.serial, key=settings.secret_key)


def desk_address(desk: DeskAtDoor, settings: Settings) -> str:
    """The printed address, in capitals."""
    return printed_address(settings.public_url, desk_code(desk, settings))


def desk_sheet(
    desk: DeskAtDoor, settings: Settings, *, logo: Logo | None = None, colours: Colours = BLACK_ON_WHITE
) -> Sheet:
    """What is printed for a desk."""
    return Sheet(
        unit_name=desk.unit_name,
        place_name=desk.place,
        desk_name=desk.name,
        address=desk_address(desk, settings),
        code=desk_code(desk, settings),
        simulated=desk.simulated,
        logo=logo,
        colours=colours,
    )
