"""The sets of demo data by name, for those who only offer them: nothing is imported here."""

FIRST_DEMO = "mrs"  #: what is meant when no set is named

#: Title of each set, in the order in which they are offered.
DEMO_TITLES: dict[str, str] = {
    "mrs": "MIRI MRS",
    "imaging": "MIRI imaging",
    "nircam": "NIRCam modules",
    "lrs": "MIRI LRS",
}


def demo_folder_name(name: str) -> str:
    """Return the name of the folder that the program keeps a set of the demo in."""
    return "demo" if name == FIRST_DEMO else f"{name}_demo"
