#!/bin/sh
# Makes the namespace and the search attributes that the workflows set; repeatable.
set -eu

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 \
    || temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 30d

attribute() {
    temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type "$2"
}

attribute PlanPhase Keyword
attribute PlanArea Keyword
attribute PlanWaitsOn KeywordList
attribute PlanNextDue Datetime
