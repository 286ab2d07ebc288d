#!/bin/sh
# Modules written for raptiformica 0.1 call this file by its name to provision what raptiformica itself needs
# (an entry raptiformica_default_provisioner of a server type). It was Python then.
exec "$(dirname "$0")/headless.sh"
