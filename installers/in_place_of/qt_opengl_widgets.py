"""In place of PySide6.QtOpenGLWidgets: pyqtgraph derives widgets from it, of which the window makes none."""

from PySide6.QtWidgets import QWidget as QOpenGLWidget

__all__ = ["QOpenGLWidget"]
