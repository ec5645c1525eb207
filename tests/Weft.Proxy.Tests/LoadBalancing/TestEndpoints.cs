using System.Collections.Immutable;
using System.Net;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>Endpoints without a network.</summary>
internal static class TestEndpoints
{
    public static ImmutableArray<EndpointModel> WithWeights(params uint[] weights) => WithWeights(TimeProvider.System, weights);

    public static ImmutableArray<EndpointModel> WithWeights(TimeProvider time, params uint[] weights) =>
        [.. weights.Select((weight, index) => Endpoint(time, index, weight, 0, LocalityModel.None))];

    public static ImmutableArray<EndpointModel> In(params (LocalityModel Locality, int Count)[] localities) =>
        [.. localities.SelectMany(entry => Enumerable.Repeat(entry.Locality, entry.Count)).Select((locality, index) => Endpoint(TimeProvider.System, index, 1, 0, locality))];

    /// <param name="counts">Endpoints by priority.</param>
    public static ImmutableArray<EndpointModel> WithPriorities(params int[] counts) =>
        [.. counts.SelectMany((count, priority) => Enumerable.Repeat((uint)priority, count)).Select((priority, index) => Endpoint(TimeProvider.System, index, 1, priority, LocalityModel.None))];

    public static EndpointModel Endpoint(TimeProvider time, int index, uint weight, uint priority, LocalityModel locality) => new()
    {
        Address = new IPEndPoint(IPAddress.Parse("10.20.0.1"), 1000 + index),
        Weight = weight,
        Priority = priority,
        IsHealthy = true,
        Locality = locality,
        Workload = null,
        State = new EndpointState(new IPEndPoint(IPAddress.Parse("10.20.0.1"), 1000 + index), time),
        Config = null,
    };
}
