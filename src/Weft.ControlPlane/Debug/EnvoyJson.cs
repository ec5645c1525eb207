using Google.Protobuf;
using Google.Protobuf.Reflection;
using Weft.Xds;

namespace Weft.ControlPlane.Debug;

/// <summary>Envoy's messages as JSON with what is packed in them written out.</summary>
internal static class EnvoyJson
{
    private static readonly JsonFormatter s_formatter = new(new JsonFormatter.Settings(false, EnvoyTypes.Registry));

    public static string Format(IMessage message) => s_formatter.Format(message);

    /// <summary>The message of a full name, such as envoy.config.cluster.v3.Cluster; null for one that we are not built with.</summary>
    public static MessageDescriptor? Find(string fullName) => EnvoyTypes.Registry.Find(fullName);
}
