import World

WorldCommand.main()
