# The reference application and the server around it.
