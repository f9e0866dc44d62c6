"""GeoCLIP (Vivanco, Nayak and Shah, NeurIPS 2023): its published weights as a bundle of our own."""
