"""The virtual hardware: processors, ledger, packs, heat, display, controls."""
