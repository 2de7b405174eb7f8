"""Safeguards: which legal tools participants hold, as the service counter has seen them."""
