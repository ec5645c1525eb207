using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

/// <summary>Reads the lines of a watch's answer.</summary>
internal static class WatchEventReader
{
    private const int LongestEvent = 32 * 1024 * 1024;

    /// <summary>Ends when the server ends the watch. Throws KubernetesApiException for an ERROR event, IOException for a cut connection.</summary>
    public static async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(Stream stream, KubeResource<T> resource, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            var completed = false;
            while (!completed)
            {
                var result = await reader.ReadAsync(cancellationToken);
                var rest = result.Buffer;
                completed = result.IsCompleted;
                while (TakeLine(ref rest, completed) is { } line)
                {
                    if (Read(line, resource) is { } read)
                    {
                        yield return read;
                    }
                }

                if (rest.Length > LongestEvent)
                {
                    throw new IOException($"an event of the watch is longer than {LongestEvent} bytes");
                }

                reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static ReadOnlySequence<byte>? TakeLine(ref ReadOnlySequence<byte> rest, bool completed)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            var line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return line;
        }

        if (!completed || rest.IsEmpty)
        {
            return null;
        }

        var last = rest;
        rest = rest.Slice(rest.End);
        return last;
    }

    private static WatchEvent<T>? Read<T>(ReadOnlySequence<byte> line, KubeResource<T> resource)
        where T : class, IKubeObject
    {
        if (line.Length <= 1)
        {
            return null;
        }

        using var document = Parse(line);
        var root = document.RootElement;
        var content = root.TryGetProperty("object", out var element) ? element : default;
        var version = ObjectReader.VersionOf(content);
        return root.GetProperty("type").GetString() switch
        {
            "ADDED" => Changed(WatchEventType.Added, content, version, resource),
            "MODIFIED" => Changed(WatchEventType.Modified, content, version, resource),
            "DELETED" => Changed(WatchEventType.Deleted, content, version, resource),
            "BOOKMARK" => new(WatchEventType.Bookmark, version, null, null),
            "ERROR" => throw new KubernetesApiException(content.Deserialize(KubernetesJson.TypeInfo<Status>()) ?? new Status()),
            // A kind of event that a later version of the API brings says nothing to us.
            _ => null,
        };
    }

    private static JsonDocument Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new IOException("the watch was cut off within an event", e);
        }
    }

    private static WatchEvent<T> Changed<T>(WatchEventType type, JsonElement content, string? version, KubeResource<T> resource)
        where T : class, IKubeObject
    {
        var (read, malformed) = ObjectReader.Read(content, resource);
        return read is null ? new(WatchEventType.Malformed, version, null, malformed) : new(type, version, read, null);
    }
}
