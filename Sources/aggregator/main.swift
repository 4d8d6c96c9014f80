import Platform

// Before any thread: it blocks the signals in all of them.
let signals = SignalQueue()
let command = Command(Array(ThisProcess.arguments))
ThisProcess.exit(command.run(signals))
