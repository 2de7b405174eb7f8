"""What is behind product versions that were made in bond, as their business zones say."""
