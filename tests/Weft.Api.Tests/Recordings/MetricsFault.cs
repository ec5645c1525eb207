namespace Weft.Api.Recordings;

/// <summary>What can be wrong with a Prometheus.</summary>
public enum MetricsFault
{
    None,
    Hangs,
    TalksNonsense,
    NeverStops,
    IsBroken,
    CutsOff,
}
