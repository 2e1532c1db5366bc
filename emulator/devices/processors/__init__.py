"""The two schedulers: fixed priority on the mcu, weighted fair on the ap."""
