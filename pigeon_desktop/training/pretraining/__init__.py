"""Caption pretraining: CLIP is taught where photographs were taken."""
