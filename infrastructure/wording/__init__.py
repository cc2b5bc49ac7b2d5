"""What people read, in Danish and English: catalogues and the sentences made from them."""
