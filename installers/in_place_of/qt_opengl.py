"""In place of PySide6.QtOpenGL, which takes 9 MB: pyqtgraph imports it, and uses it only when it draws by OpenGL."""
