#!/bin/sh
# Keeps what happened, one JSON object a line, in the file named by TELL_LOG.
cat >> "${TELL_LOG:-/var/log/cluster_changes.json}"
