"""Who and what is taken when: claims, busy days and the free times between them."""
