"""What an exposure-time calculator would expect of the monitor star: photons alone, no fringes."""

import io

from engine.model.bands import bands
from engine.simulate.fringes import Fringes
from engine.simulate.instrument import Instrument
from engine.simulate.program import noise_budget, visits
from engine.simulate.signal import band_signal

_EVERY = 12  # samples: the curve is smooth


def calculator_table(instrument: Instrument) -> bytes:
    """Return the signal-to-noise ratio of a visit of the monitor star as one ECSV table."""
    monitor = visits()[0]
    lines = io.StringIO()
    lines.write(_HEAD.format(target=monitor.header_name))
    for band in bands():
        signal = band_signal(
            monitor.photosphere,
            instrument.responses[band.name],
            Fringes(()),
            snr=noise_budget(monitor, band).snr,
            unit="Jy",
        )
        expected = signal.clean / signal.sigma
        rows = zip(signal.wave_um, expected, signal.model_jy, strict=True)
        for wave, snr, flux in list(rows)[::_EVERY]:
            lines.write(f"{band.name} {wave:.5f} {snr:.5g} {flux:.6g}\n")
    return lines.getvalue().encode()


_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {{name: band, datatype: string}}
# - {{name: wave_um, unit: um, datatype: float64}}
# - {{name: snr, datatype: float64}}
# - {{name: flux_jy, unit: Jy, datatype: float64}}
# meta: {{kind: etc curve, target: {target}}}
# schema: astropy-2.0
band wave_um snr flux_jy
"""
