"""How everything looks: colours, sizes of text, focus, and widgets that give way."""
