"""Who sees and holds bonded data: sessions on view-only stations, and fenced volumes that a port guards."""
