"""What is measured of an exchange: counted where things happen, in whole batches, and told in Prometheus's form."""
