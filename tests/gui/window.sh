#!/bin/sh
# Opens the app in a real window on a display of its own, plays with the keyboard and closes it. What
# it does inside is tested without a window; this is about the window, its input and its end.
#
#   window.sh PROGRAM SCENARIO FOLDER
set -eu
if [ -z "${WINDOW_INNER:-}" ]; then
    rm -rf "$3"
    mkdir -p "$3"
    export WINDOW_INNER=1
    exec xvfb-run -a -s "-screen 0 1400x900x24" "$0" "$@"
fi
program=$1
scenario=$2
folder=$3
unset WAYLAND_DISPLAY
export XDG_CONFIG_HOME="$folder/config" XDG_STATE_HOME="$folder/state" XDG_DATA_HOME="$folder/data"

"$program" "$scenario" 2>"$folder/errors" &
app=$!
# As long as the machine takes; the test as a whole has its time-out.
until window=$(xdotool search --onlyvisible --pid "$app" 2>/dev/null); do
    if ! kill -0 "$app" 2>/dev/null; then
        echo "the app ended before its window was there:"
        cat "$folder/errors"
        exit 1
    fi
    sleep 0.1
done
window=$(printf '%s\n' "$window" | head -n 1)
echo "the window is there"
until xdotool getwindowname "$window" | grep -q "brokerlab"; do
    sleep 0.1
done
# Without a window manager the keys go where the mouse is.
xdotool mousemove --window "$window" 400 300 click 1
xdotool key space
xdotool key ctrl+q
echo "the keys are pressed"
status=0
wait "$app" || status=$?
if [ "$status" -ne 0 ]; then
    echo "the app ended with status $status:"
    cat "$folder/errors"
    exit 1
fi
# It remembers where it stood.
test -s "$folder/config/brokerlab/window.txt"
