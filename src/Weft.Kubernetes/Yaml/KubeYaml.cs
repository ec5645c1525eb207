using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Objects;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Weft.Kubernetes.Yaml;

/// <summary>One document of a YAML stream. Its content is null when the document is empty.</summary>
public sealed record YamlDocument(JsonNode? Content, long Line);

/// <summary>
/// YAML as JSON, with the rules of kubectl. Takes arbitrary bytes: whatever is wrong with them is a <see cref="YamlFormatException"/>.
/// </summary>
public static class KubeYaml
{
    /// <summary>The longest text read: as long as the API server's limit of a request body.</summary>
    public const int LongestText = 3 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Every document of the stream.</summary>
    public static ImmutableArray<YamlDocument> Read(ReadOnlySpan<byte> utf8, int longest = LongestText)
    {
        if (utf8.Length > longest)
        {
            throw new YamlFormatException($"the text has {utf8.Length} bytes; the limit is {longest}", 1);
        }

        try
        {
            return ReadText(Strict.GetString(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8));
        }
        catch (DecoderFallbackException e)
        {
            throw new YamlFormatException("invalid UTF-8", 1 + utf8[..Math.Clamp(e.Index, 0, utf8.Length)].Count((byte)'\n'), e);
        }
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, int)"/>
    public static ImmutableArray<YamlDocument> Read(string text, int longest = LongestText) =>
        text.Length > longest
            ? throw new YamlFormatException($"the text has {text.Length} characters; the limit is {longest}", 1)
            : ReadText(text);

    /// <summary>The objects of a manifest: every document that is not empty, and the items of a List in its place.</summary>
    public static ImmutableArray<UntypedObject> ReadObjects(ReadOnlySpan<byte> utf8, int longest = LongestText) =>
        [.. Read(utf8, longest).Where(document => document.Content is not null).SelectMany(Objects)];

    /// <inheritdoc cref="YamlEmitter"/>
    public static string Write(JsonNode? node) => YamlEmitter.Write(node);

    private static IEnumerable<UntypedObject> Objects(YamlDocument document)
    {
        if (document.Content is not JsonObject content)
        {
            throw new YamlFormatException("an object is expected", document.Line);
        }

        var whole = new UntypedObject(content);
        if (whole.ApiVersion.Length == 0 || whole.Kind.Length == 0)
        {
            throw new YamlFormatException("an object needs apiVersion and kind", document.Line);
        }

        return whole.Kind == "List" && content["items"] is JsonArray items
            ? items.OfType<JsonObject>().Select(item => new UntypedObject((JsonObject)item.DeepClone()))
            : [whole];
    }

    private static ImmutableArray<YamlDocument> ReadText(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            var documents = ImmutableArray.CreateBuilder<YamlDocument>();
            parser.Consume<StreamStart>();
            while (!parser.Accept<StreamEnd>(out _))
            {
                var start = parser.Consume<DocumentStart>();
                documents.Add(new(new YamlComposer(parser).Compose(), start.Start.Line));
                parser.Consume<DocumentEnd>();
            }

            return documents.DrainToImmutable();
        }
        catch (YamlException e)
        {
            throw new YamlFormatException(e.Message, e.Start.Line, e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // What the scanner does not foresee in garbage.
            throw new YamlFormatException(e.Message, parser.Current?.Start.Line ?? 1, e);
        }
    }
}
