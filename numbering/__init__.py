"""What dialled digits mean in Japan, who may dial them and over which line and trunks they go; pure."""
