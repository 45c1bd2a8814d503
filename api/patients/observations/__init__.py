"""Facts on the wire become observations of the medicine, with every fault told at once, without HTTP."""
