using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>Objects of configuration as the console shows them: without <c>managedFields</c>, with a status. Remembered as long as the object lives.</summary>
internal sealed class ConfigObjects
{
    private readonly ConditionalWeakTable<UntypedObject, UntypedObject> _shown = [];

    public UntypedObject Shown(UntypedObject item) => _shown.GetValue(item, Trimmed);

    private static UntypedObject Trimmed(UntypedObject item)
    {
        if (item.Content["metadata"]?["managedFields"] is null && item.Content.ContainsKey("status"))
        {
            return item;
        }

        var content = item.Content.DeepClone().AsObject();
        (content["metadata"] as JsonObject)?.Remove("managedFields");
        content.TryAdd("status", new JsonObject());
        return new UntypedObject(content);
    }
}
