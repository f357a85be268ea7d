"""The tests mirror `src`; beside them stand the gate (`./test`) and what it needs from the machine."""
