"""A part of a licensee's revenue for those who have a share in a product."""
