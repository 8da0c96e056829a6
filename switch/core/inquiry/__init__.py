"""Inquiries from arrival to outcome: routed, judged, asked, answered, each leg with one outcome."""
