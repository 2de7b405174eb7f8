"""What sellers pay for what they deliver late, in part or not at all, where the instrument says so."""
