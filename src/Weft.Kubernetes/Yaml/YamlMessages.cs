using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace Weft.Kubernetes.Yaml;

/// <summary>What the parser says about text that is not YAML, in the words and with the line that kubectl and the API server give.</summary>
internal static partial class YamlMessages
{
    public static YamlFormatException Translate(YamlException exception)
    {
        var message = exception.Message.TrimEnd('.');
        var context = Context.Match(message);
        // go-yaml counts a parser's error from the line before, a scanner's from the line itself.
        var line = exception.Start.Line - (context.Groups[1].Value == "parsing" && exception.Start.Line > 1 ? 1 : 0);
        var problem = context.Success ? message[context.Length..] : message;
        return new YamlFormatException(problem == "found invalid mapping" ? "mapping values are not allowed in this context" : problem, line, exception);
    }

    [GeneratedRegex("^While (parsing|scanning) [^,]*, ")]
    private static partial Regex Context { get; }
}
