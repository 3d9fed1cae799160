"""A hub and another program of this computer, for tests of the exchange."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from astropy import samp

samp.conf.use_internet = False


class Other:
    """Another program that is connected, and what it was sent."""

    def __init__(self, *kinds):
        self.heard = []
        self.client = samp.SAMPIntegratedClient(name="TOPCAT", addr="127.0.0.1")
        self.client.connect()
        for kind in kinds:
            self.client.bind_receive_notification(kind, self._hear)

    def _hear(self, _key, _sender, kind, params, _extra):
        self.heard.append((kind, params))

    def send(self, kind, url, name="from elsewhere"):
        message = {"samp.mtype": kind, "samp.params": {"url": url, "name": name}}
        self.client.notify_all(message)

    def call(self, kind, url):
        message = {"samp.mtype": kind, "samp.params": {"url": url, "name": "called"}}
        [own] = self.client.get_subscribed_clients(kind)
        return self.client.call_and_wait(own, message, timeout="10")


def start_hub(lock):
    """Start a hub that is found through the file ``lock`` alone."""
    hub = samp.SAMPHubServer(addr="127.0.0.1", web_profile=False, lockfile=str(lock))
    hub.start()
    return hub
