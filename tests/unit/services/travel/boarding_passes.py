"""Writes boarding-pass codes by IATA Resolution 792, to read them back."""


def once(version="6", issued="6225", issuer="AC", bags=""):
    """The part that stands once."""
    inside = f"1WW{issued}B{issuer:<3}{bags}"
    return f">{version}{len(inside):02X}{inside}"


def own(ticket="0141234567890", free="LX58Z"):
    """A leg's optional part, with the airline's free text behind it."""
    inside = f"{ticket:<13}0 {'AC':<3}{'AC':<3}{'1234567890123':<16}{' '}{'20K'}Y"
    return f"{len(inside):02X}{inside}{free}"


def leg(origin, target, flight, day, seat="001A", more="", booking="ABC123", carrier="AC", cabin="F", sequence="0025 "):
    """One leg's fixed part and what follows it."""
    return (
        f"{booking:<7}{origin}{target}{carrier:<3}{flight:<5}{day:03}{cabin}{seat:<4}{sequence}1{len(more):02X}{more}"
    )


def code(name, *legs, flag="E", security=""):
    """A whole code."""
    return f"M{len(legs)}{name:<20}{flag}{''.join(legs)}" + (f"^1{len(security):02X}{security}" if security else "")
