"""What a desk's printed code says, under this installation's address and key."""

from qr_codes import Poster, make_code, printed_address
from survey_app.reading import DeskAtDoor
from survey_app.settings import Settings


def desk_code(desk: DeskAtDoor, settings: Settings) -> str:
    """The short code that the desk's poster carries."""
    return make_code(desk.serial, key=settings.secret_key)


def desk_address(desk: DeskAtDoor, settings: Settings) -> str:
    """The printed address, in capitals."""
    return printed_address(settings.public_url, desk_code(desk, settings))


def desk_poster(desk: DeskAtDoor, settings: Settings) -> Poster:
    """What is printed for a desk."""
    return Poster(
        unit_name=desk.unit_name,
        place_name=desk.place,
        desk_name=desk.name,
        address=desk_address(desk, settings),
        code=desk_code(desk, settings),
        simulated=desk.simulated,
    )
