using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>Discovery documents as protobuf: the messages of meta/v1 and apidiscovery.k8s.io/v2, from the JSON that says the same.</summary>
internal static class DiscoveryWire
{
    /// <summary>The message of one document, without its envelope.</summary>
    public static byte[] Write(JsonObject document) => document.Text("kind") switch
    {
        "APIVersions" => Versions(document),
        "APIGroupList" => Message(writer => Each(writer, 1, document, "groups", Group)),
        "APIGroup" => Group(document),
        "APIResourceList" => Resources(document),
        "APIGroupDiscoveryList" => Message(writer =>
        {
            writer.Bytes(1, []);
            Each(writer, 2, document, "items", AggregatedGroup);
        }),
        var kind => throw new ArgumentException($"{kind} is no discovery document", nameof(document)),
    };

    private static byte[] Versions(JsonObject document) => Message(writer =>
    {
        Texts(writer, 1, document, "versions");
        Each(writer, 2, document, "serverAddressByClientCIDRs", address => Message(inner =>
        {
            Text(inner, 1, address, "clientCIDR");
            Text(inner, 2, address, "serverAddress");
        }));
    });

    private static byte[] Group(JsonObject group) => Message(writer =>
    {
        Text(writer, 1, group, "name");
        Each(writer, 2, group, "versions", GroupVersion);
        if (group.Object("preferredVersion") is { } preferred) writer.Bytes(3, GroupVersion(preferred));
    });

    private static byte[] GroupVersion(JsonObject version) => Message(writer =>
    {
        Text(writer, 1, version, "groupVersion");
        Text(writer, 2, version, "version");
    });

    private static byte[] Resources(JsonObject document) => Message(writer =>
    {
        Text(writer, 1, document, "groupVersion");
        Each(writer, 2, document, "resources", Resource);
    });

    private static byte[] Resource(JsonObject resource) => Message(writer =>
    {
        Text(writer, 1, resource, "name");
        writer.Varint(2, resource.Flag("namespaced") == true ? 1u : 0u);
        Text(writer, 3, resource, "kind");
        writer.Bytes(4, Message(verbs => Texts(verbs, 1, resource, "verbs")));
        Texts(writer, 5, resource, "shortNames");
        Text(writer, 6, resource, "singularName");
        Texts(writer, 7, resource, "categories");
        Text(writer, 8, resource, "group");
        Text(writer, 9, resource, "version");
        Text(writer, 10, resource, "storageVersionHash");
    });

    private static byte[] AggregatedGroup(JsonObject group) => Message(writer =>
    {
        writer.Bytes(1, Message(metadata => Text(metadata, 1, group.Object("metadata") ?? [], "name")));
        Each(writer, 2, group, "versions", version => Message(inner =>
        {
            Text(inner, 1, version, "version");
            Each(inner, 2, version, "resources", AggregatedResource);
            Text(inner, 3, version, "freshness");
        }));
    });

    private static byte[] AggregatedResource(JsonObject resource) => Message(writer =>
    {
        Text(writer, 1, resource, "resource");
        if (resource.Object("responseKind") is { } kind) writer.Bytes(2, Kind(kind));
        Text(writer, 3, resource, "scope");
        Text(writer, 4, resource, "singularResource");
        Texts(writer, 5, resource, "verbs");
        Texts(writer, 6, resource, "shortNames");
        Texts(writer, 7, resource, "categories");
        Each(writer, 8, resource, "subresources", subresource => Message(inner =>
        {
            Text(inner, 1, subresource, "subresource");
            if (subresource.Object("responseKind") is { } response) inner.Bytes(2, Kind(response));
            Texts(inner, 4, subresource, "verbs");
        }));
    });

    private static byte[] Kind(JsonObject kind) => Message(writer =>
    {
        Text(writer, 1, kind, "group");
        Text(writer, 2, kind, "version");
        Text(writer, 3, kind, "kind");
    });

    private static byte[] Message(Action<WireWriter> fill)
    {
        var writer = new WireWriter();
        fill(writer);
        return writer.ToArray();
    }

    /// <summary>Go writes these texts also when they are empty.</summary>
    private static void Text(WireWriter writer, int number, JsonObject from, string name) => writer.Bytes(number, Encoding.UTF8.GetBytes(from.Text(name) ?? ""));

    private static void Texts(WireWriter writer, int number, JsonObject from, string name)
    {
        foreach (var text in from.Array(name) ?? []) writer.Bytes(number, Encoding.UTF8.GetBytes(text?.ToString() ?? ""));
    }

    private static void Each(WireWriter writer, int number, JsonObject from, string name, Func<JsonObject, byte[]> write)
    {
        foreach (var item in JsonAccess.Objects(from.Array(name))) writer.Bytes(number, write(item));
    }
}
