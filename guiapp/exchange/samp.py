"""SAMP: spectra, tables and images to and from other programs on this computer, and no other.

Nothing is connected before the user asks for it. Messages name files by URL; a file is taken from
this computer's disk or from a server on the loopback interface, from nowhere else.
"""

import threading
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from engine import __version__
from engine.errors import DataError
from engine.files.atomic import atomic_write
from engine.files.folders import make_folder
from engine.files.names import safe_part

TABLE, SPECTRUM, IMAGE = (
    "table.load.votable",
    "spectrum.load.ssa-generic",
    "image.load.fits",
)
#: What other programs may send.
RECEIVED = (TABLE, "table.load.fits", SPECTRUM, IMAGE)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LARGEST_BYTES = 1 << 30
_BLOCK = 1 << 20
_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program at the hub."""

    id: str
    name: str


class SampLink:
    """A connection to the hub of this computer; one is started when there is none.

    Parameters
    ----------
    folder : Path
        Where files are put that another program serves over the loopback interface.
    received : callable
        Called with the path of a file that came; in a thread of the link.
    refused : callable
        Called with a sentence when something came that is not taken; in a thread of the link.
    """

    def __init__(
        self, folder: Path, received: Callable[[str], object], refused: Callable[[str], object]
    ) -> None:
        self._folder = folder
        self._received = received
        self._refused = refused
        self._lock = threading.Lock()
        self._client: Any = None
        self._hub: Any = None

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._client is not None

    def open(self) -> None:
        """Connect; takes up to seconds.

        Raises
        ------
        DataError
            If there is no hub and none can be started.
        """
        samp = _samp()
        with self._lock:
            if self._client is not None:
                return
            client = samp.SAMPIntegratedClient(
                name="Fluxknot",
                description="Spectrophotometric calibration of JWST",
                metadata={"fluxknot.version": __version__},
                addr="127.0.0.1",
            )
            try:
                self._connect(samp, client)
            except (samp.SAMPHubError, samp.SAMPClientError, OSError) as error:
                self._stop_hub()
                raise DataError(
                    f"There is no SAMP hub, and none can be started: {error}.",
                    hint="Start TOPCAT or another program with a hub, and try again.",
                ) from error
            for kind in RECEIVED:
                client.bind_receive_notification(kind, self._on_message)
                client.bind_receive_call(kind, self._on_call)
            self._client = client

    def _connect(self, samp: Any, client: Any) -> None:
        try:
            client.connect()
        except samp.SAMPHubError:
            self._hub = samp.SAMPHubServer(addr="127.0.0.1", web_profile=False, mode="multiple")
            self._hub.start()
            client.connect(hub=self._hub)

    def close(self) -> None:
        """Leave the hub, and stop it if it is ours."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                with suppress(Exception):  # the hub may be gone already
                    client.disconnect()
            self._stop_hub()

    def peers(self, kind: str) -> tuple[Peer, ...]:
        """Return the other programs that take messages of a kind now.

        Raises
        ------
        DataError
            If the hub is gone.
        """
        client = self._require()
        with _told_in_a_sentence():
            found = [(one, client.get_metadata(one)) for one in client.get_subscribed_clients(kind)]
        return tuple(Peer(one, str(meta.get("samp.name", "")) or one) for one, meta in found)

    def send(self, kind: str, path: Path, name: str, *, to: str = "") -> None:
        """Tell another program, or all of them, to open a file.

        Parameters
        ----------
        kind : str
            `TABLE`, `SPECTRUM` or `IMAGE`.
        path : Path
            The file.
        name : str
            What it is called at the other end.
        to : str, optional
            Id of the program; ``""``: all.

        Raises
        ------
        DataError
            If the hub is gone.
        """
        client = self._require()
        url = path.resolve().as_uri()
        params = {"url": url, "name": name, f"{kind.partition('.')[0]}-id": url}
        message = {"samp.mtype": kind, "samp.params": params}
        with _told_in_a_sentence():
            if to:
                client.notify(to, message)
            else:
                client.notify_all(message)

    def _require(self) -> Any:
        if self._client is None:
            raise DataError(
                "There is no connection to other programs.", hint="Choose Tools > Connect to SAMP."
            )
        return self._client

    def _stop_hub(self) -> None:
        hub, self._hub = self._hub, None
        if hub is not None:
            with suppress(Exception):
                hub.stop()

    # What comes

    def _on_message(
        self, _key: str, _sender: str, _kind: str, params: Mapping[str, Any], _extra: Any
    ) -> None:
        url = str(params.get("url", ""))
        try:
            path = self._fetched(url, str(params.get("name", "")))
        except DataError as error:
            self._refused(error.sentence)
        else:
            self._received(str(path))

    def _on_call(
        self,
        key: str,
        sender: str,
        message: str,
        kind: str,
        params: Mapping[str, Any],
        extra: Any,
    ) -> None:
        self._on_message(key, sender, kind, params, extra)
        with suppress(Exception):  # the sender may be gone
            self._client.reply(message, {"samp.status": "samp.ok", "samp.result": {}})

    def _fetched(self, url: str, name: str) -> Path:
        """Return the file that a URL of this computer names."""
        parts = urlsplit(url)
        if parts.scheme == "file" and (parts.hostname or "localhost") in _LOOPBACK:
            return Path(url2pathname(unquote(parts.path)))
        if parts.scheme not in {"http", "https"} or parts.hostname not in _LOOPBACK:
            raise DataError(
                f"Another program sent {url[:120]!r}, which is not on this computer.",
                hint="Save it to a file and open that.",
            )
        suffix = "".join(Path(parts.path).suffixes[-2:])[:12]
        stem = safe_part(name or Path(parts.path).stem) or "received"
        target = self._folder / f"{stem.removesuffix(suffix)}{suffix}"
        return _downloaded(url, target)


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it could lead to another computer."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def _downloaded(url: str, target: Path) -> Path:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StayHere)
    content = bytearray()
    try:
        with opener.open(url, timeout=_TIMEOUT_S) as stream:
            while block := stream.read(_BLOCK):
                content += block
                if len(content) > _LARGEST_BYTES:
                    raise DataError(f"{target.name} is larger than 1 GiB: it is not taken.")
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise DataError(f"{target.name} could not be had from the other program.") from error
    make_folder(target.parent)
    return atomic_write(target, lambda stream: _put(stream, content), exists="replace")


def _put(stream: Any, content: bytearray) -> None:
    stream.write(content)


def _samp() -> Any:
    """Return `astropy.samp`, told never to ask the network anything."""
    with warnings.catch_warnings():  # it will move to another package
        warnings.simplefilter("ignore")
        from astropy import samp  # noqa: PLC0415  (slow to import)

    samp.conf.use_internet = False
    return samp


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    """Turn what the hub says into a sentence."""
    samp = _samp()
    try:
        yield
    except (samp.SAMPHubError, samp.SAMPClientError, samp.SAMPProxyError, OSError) as error:
        raise DataError(
            "The other program cannot be reached any more.", hint="Connect to SAMP again."
        ) from error
