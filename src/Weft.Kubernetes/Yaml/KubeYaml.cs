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

    /// <summary>
    /// Every document of the stream. A key that stands twice in a map is an error; with <paramref name="duplicates"/> the last one wins and each is
    /// noted there as go-yaml says it (`line 7: key "a" already set in map`).
    /// </summary>
    public static ImmutableArray<YamlDocument> Read(ReadOnlySpan<byte> utf8, int longest = LongestText, IList<string>? duplicates = null)
    {
        if (utf8.Length > longest)
        {
            throw new YamlFormatException($"the text has {utf8.Length} bytes; the limit is {longest}", 1);
        }

        try
        {
            return ReadText(Strict.GetString(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8), duplicates);
        }
        catch (DecoderFallbackException e)
        {
            throw new YamlFormatException("invalid UTF-8", 1 + utf8[..Math.Clamp(e.Index, 0, utf8.Length)].Count((byte)'\n'), e);
        }
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, int, IList{string})"/>
    public static ImmutableArray<YamlDocument> Read(string text, int longest = LongestText) =>
        text.Length > longest
            ? throw new YamlFormatException($"the text has {text.Length} characters; the limit is {longest}", 1)
            : ReadText(text, null);

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

    private static ImmutableArray<YamlDocument> ReadText(string text, IList<string>? duplicates)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            var documents = ImmutableArray.CreateBuilder<YamlDocument>();
            parser.Consume<StreamStart>();
            while (!parser.Accept<StreamEnd>(out _))
            {
                var start = parser.Consume<DocumentStart>();
                documents.Add(new(new YamlComposer(parser, duplicates).Compose(), start.Start.Line));
                parser.Consume<DocumentEnd>();
            }

            return documents.DrainToImmutable();
        }
        catch (YamlException e)
        {
            throw YamlMessages.Translate(e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // What the scanner does not foresee in garbage.
            throw new YamlFormatException(e.Message, parser.Current?.Start.Line ?? 1, e);
        }
    }
}
