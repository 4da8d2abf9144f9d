#!/bin/sh
# A lesson at the keyboard: a mistyped command is answered in one sentence, and nobody is told to
# click where there is nothing to click.
set -eu
told=$(printf '1 2 3\n1\nkill brokr 3\nhint\n' | "$1" lesson play 10-kill-a-broker) || true
case $told in *"did you mean 'broker'?"*) ;; *) echo "no suggestion: $told"; exit 1 ;; esac
case $told in *"?."*) echo "a question with a full stop: $told"; exit 1 ;; esac
case $told in *"Type: kill broker "*) ;; *) echo "no command as a hint: $told"; exit 1 ;; esac
case $told in *[Rr]ight-click*) echo "a click in the terminal: $told"; exit 1 ;; esac
