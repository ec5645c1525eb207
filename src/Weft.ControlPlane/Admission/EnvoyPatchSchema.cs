using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Weft.ControlPlane.Debug;
using Weft.Istio.Admission;

namespace Weft.ControlPlane.Admission;

/// <summary>
/// Reads the patches of EnvoyFilters by the descriptors of Envoy's messages that we are built with. What they do not describe (extensions of other
/// versions) is taken as good.
/// </summary>
public sealed class EnvoyPatchSchema : IEnvoyPatchSchema
{
    private static readonly FrozenDictionary<string, MessageDescriptor> s_roots = new Dictionary<string, MessageDescriptor>
    {
        ["LISTENER"] = Envoy.Config.Listener.V3.Listener.Descriptor,
        ["FILTER_CHAIN"] = Envoy.Config.Listener.V3.FilterChain.Descriptor,
        ["LISTENER_FILTER"] = Envoy.Config.Listener.V3.ListenerFilter.Descriptor,
        ["NETWORK_FILTER"] = Envoy.Config.Listener.V3.Filter.Descriptor,
        ["HTTP_FILTER"] = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpFilter.Descriptor,
        ["ROUTE_CONFIGURATION"] = Envoy.Config.Route.V3.RouteConfiguration.Descriptor,
        ["VIRTUAL_HOST"] = Envoy.Config.Route.V3.VirtualHost.Descriptor,
        ["HTTP_ROUTE"] = Envoy.Config.Route.V3.Route.Descriptor,
        ["CLUSTER"] = Envoy.Config.Cluster.V3.Cluster.Descriptor,
        ["EXTENSION_CONFIG"] = Envoy.Config.Core.V3.TypedExtensionConfig.Descriptor,
        ["BOOTSTRAP"] = Envoy.Config.Bootstrap.V3.Bootstrap.Descriptor,
    }.ToFrozenDictionary();

    public EnvoyPatchReading Read(string applyTo, JsonObject value)
    {
        if (!s_roots.TryGetValue(applyTo, out var root))
        {
            return EnvoyPatchReading.Understood;
        }

        var untyped = new List<string>();
        var unknown = FindUnknown(value, root, untyped);
        return new EnvoyPatchReading(unknown, [.. untyped]);
    }

    /// <summary>The first unknown field below a message, in protobuf's words; extensions without typed configuration are gathered on the way.</summary>
    private static string? FindUnknown(JsonObject value, MessageDescriptor message, List<string> untyped)
    {
        if (message.FullName == "google.protobuf.Any")
        {
            return FindInAny(value, untyped);
        }

        if (message.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal))
        {
            return null;
        }

        if (message.FindFieldByName("typed_config") is not null && Field(value, "typed_config", "typedConfig") is null && Field(value, "config_discovery", "configDiscovery") is null)
        {
            untyped.Add(value["name"]?.ToString() ?? "");
        }

        foreach (var (name, content) in value)
        {
            var field = message.Fields.InFieldNumberOrder().FirstOrDefault(each => each.Name == name || each.JsonName == name);
            if (field is null)
            {
                return $"unknown field \"{name}\" in {message.FullName}";
            }

            if (FindInField(content, field, untyped) is { } unknown)
            {
                return unknown;
            }
        }

        return null;
    }

    private static string? FindInField(JsonNode? content, FieldDescriptor field, List<string> untyped)
    {
        if (field.IsMap)
        {
            var valueField = field.MessageType.FindFieldByNumber(2);
            return valueField.FieldType == FieldType.Message && content is JsonObject map
                ? map.Select(entry => FindInNode(entry.Value, valueField.MessageType, untyped)).FirstOrDefault(unknown => unknown is not null)
                : null;
        }

        return field.FieldType == FieldType.Message ? FindInNode(content, field.MessageType, untyped) : null;
    }

    private static string? FindInNode(JsonNode? content, MessageDescriptor message, List<string> untyped) => content switch
    {
        JsonObject item => FindUnknown(item, message, untyped),
        JsonArray list => list.Select(item => FindInNode(item, message, untyped)).FirstOrDefault(unknown => unknown is not null),
        _ => null,
    };

    private static string? FindInAny(JsonObject value, List<string> untyped)
    {
        var type = value["@type"]?.ToString() ?? "";
        if (EnvoyJson.Find(type[(type.LastIndexOf('/') + 1)..]) is not { } message)
        {
            return null;
        }

        var content = (JsonObject)value.DeepClone();
        content.Remove("@type");
        return FindUnknown(content, message, untyped);
    }

    private static JsonNode? Field(JsonObject value, string name, string jsonName) => value[name] ?? value[jsonName];
}
