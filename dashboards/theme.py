"""Colours and type of every picture, for light and for dark ground."""

from dataclasses import dataclass

import plotly.graph_objects as go

FONT = "'Be Vietnam Pro', system-ui, sans-serif"
SCALE = ("#b2182b", "#ef8a62", "#d9d9d9", "#67a9cf", "#2166ac")
ON_SCALE = ("#ffffff", "#1b1b1f", "#1b1b1f", "#1b1b1f", "#ffffff")
"""Five points worst → best, readable by colour-blind eyes and in grey print; and the ink for numbers on them."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The roles of colour on one ground. accent: the pilot, the current thing; compared: what it stands beside."""

    name: str
    ink: str
    paper: str
    quiet: str
    line: str
    accent: str
    compared: str
    link: str
    wash: str

    def band(self, colour: str) -> str:
        """The same hue at 25 %, for intervals."""
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return f"rgba({red},{green},{blue},0.25)"

    def mixed(self, part: float) -> str:
        """So much of the accent in the ground."""
        pairs = ((int(colour[i : i + 2], 16) for colour in (self.accent, self.paper)) for i in (1, 3, 5))
        return "#" + "".join(f"{round(accent * part + paper * (1 - part)):02x}" for accent, paper in pairs)

    def figure(self, *, height: int) -> go.Figure:
        """An empty figure with our type, no frame, no toolbar clutter."""
        figure = go.Figure()
        axis = {"gridcolor": self.line, "zerolinecolor": self.line, "linecolor": self.line, "automargin": True}
        figure.update_layout(
            height=height,
            margin={"l": 8, "r": 8, "t": 16, "b": 8},
            font={"family": FONT, "size": 14, "color": self.ink},
            paper_bgcolor=self.paper,
            plot_bgcolor=self.paper,
            showlegend=False,
            hoverlabel={"font": {"family": FONT}},
            xaxis=axis,
            yaxis=axis,
        )
        return figure


LIGHT = Theme("light", "#1b1b1f", "#ffffff", "#5b616b", "#d9dde3", "#a61c28", "#5b616b", "#1f5f8b", "#f6f7f9")
DARK = Theme("dark", "#f2f2f4", "#17181b", "#b9bec8", "#3a3e46", "#f08a92", "#b9bec8", "#8fc3e8", "#22242a")


def theme_of(kind: str | None) -> Theme:
    """The theme of Streamlit's "light" or "dark"."""
    return DARK if kind == "dark" else LIGHT
