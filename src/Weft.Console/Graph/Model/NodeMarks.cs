namespace Weft.Console.Graph.Model;

/// <summary>What is true of a node, one bit each.</summary>
[Flags]
public enum NodeMarks
{
    None = 0,

    /// <summary>Its workload has no pods.</summary>
    Dead = 1,
    Idle = 1 << 1,
    Inaccessible = 1 << 2,

    /// <summary>A service node put between source and workload on request.</summary>
    Injected = 1 << 3,
    OutOfMesh = 1 << 4,
    Ambient = 1 << 5,

    /// <summary>Of a namespace that was not asked for.</summary>
    Outside = 1 << 6,

    /// <summary>Nothing calls it.</summary>
    Root = 1 << 7,
    Waypoint = 1 << 8,
    CircuitBreaker = 1 << 9,
    K8sGatewayApi = 1 << 10,
    RequestRouting = 1 << 11,
    RequestTimeout = 1 << 12,
    FaultInjection = 1 << 13,
    TrafficShifting = 1 << 14,
    TcpTrafficShifting = 1 << 15,
    Mirroring = 1 << 16,

    /// <summary>A service that gateways call through its waypoint too.</summary>
    IngressWaypoint = 1 << 17,
}
