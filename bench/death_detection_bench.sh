#!/bin/sh
# how soon a death is known
exec "$1/death_detection"
