using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Weft.Proxy.Subscriptions;

/// <summary>Reads the resources of a response one by one.</summary>
internal static class ResourceReader
{
    /// <summary>Gives each resource to a taker, with its bytes; what is wrong with one is noted under its name and harms no other.</summary>
    public static void Each<T>(IEnumerable<Any> resources, MessageParser<T> parser, Func<T, string> name, List<string> errors, Action<string, T, ByteString> take)
        where T : IMessage<T>
    {
        foreach (var resource in resources)
        {
            var label = "unnamed";
            try
            {
                var config = parser.ParseFrom(resource.Value);
                label = name(config);
                take(label, config, resource.Value);
            }
            catch (Exception error)
            {
                // Whatever is wrong with one resource, it is refused by name and the others are taken.
                errors.Add($"{label}: {error.Message}");
            }
        }
    }
}
