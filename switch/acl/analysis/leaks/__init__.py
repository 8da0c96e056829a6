"""Every way in which somebody who should not have a class of data still gets it."""
