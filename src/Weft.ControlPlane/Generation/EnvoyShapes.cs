using Envoy.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Udpa.Type.V1;

namespace Weft.ControlPlane.Generation;

/// <summary>Small shapes of the Envoy API that many generators need.</summary>
internal static class EnvoyShapes
{
    private const string UnixScheme = "unix://";

    public static Duration Zero => new();

    public static Any Pack(this IMessage message) => Any.Pack(message);

    public static Duration ToDuration(this TimeSpan value) => Duration.FromTimeSpan(value);

    public static Address SocketAddress(string address, int port) => new()
    {
        SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port },
    };

    /// <summary>An address with a port, or a socket written unix:// with its path.</summary>
    public static Address AddressOf(string address, int port) => address.StartsWith(UnixScheme, StringComparison.Ordinal)
        ? new() { Pipe = new Pipe { Path = address[UnixScheme.Length..] } }
        : SocketAddress(address, port);

    /// <summary>Configuration that comes on the same stream.</summary>
    public static ConfigSource AdsSource() => new()
    {
        Ads = new AggregatedConfigSource(),
        InitialFetchTimeout = Zero,
        ResourceApiVersion = ApiVersion.V3,
    };

    /// <summary>For filters whose messages istiod has no type of.</summary>
    public static Any TypedStruct(string typeUrl, Struct value) => new TypedStruct { TypeUrl = typeUrl, Value = value }.Pack();

    public static Struct StructOf(params (string Key, Value Value)[] fields)
    {
        var result = new Struct();
        foreach (var (key, value) in fields)
        {
            result.Fields[key] = value;
        }

        return result;
    }

    public static Metadata IstioMetadata(Struct istio) => new() { FilterMetadata = { ["istio"] = istio } };

    /// <summary>Metadata that names the object a resource was made from.</summary>
    public static Value ConfigPath(string plural, string @namespace, string name) =>
        Value.ForString($"/apis/networking.istio.io/v1/namespaces/{@namespace}/{plural}/{name}");
}
