import Platform
StandardStream.output.write("x\n")
