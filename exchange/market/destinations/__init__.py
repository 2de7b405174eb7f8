"""Whether there is any place to which a listing could be sold: asked of the fence as it comes on sale."""
