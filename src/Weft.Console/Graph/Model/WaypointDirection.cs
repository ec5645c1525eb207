namespace Weft.Console.Graph.Model;

/// <summary>Which way an edge passes a waypoint.</summary>
public enum WaypointDirection
{
    To,
    From,
}
