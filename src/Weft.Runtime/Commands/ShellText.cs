using System.Collections.Immutable;
using System.Text;

namespace Weft.Runtime.Commands;

/// <summary>One command of a shell's text; <paramref name="IsAfterSuccess"/> when it stands behind <c>&amp;&amp;</c>.</summary>
internal sealed record ShellStep(ImmutableArray<string> Words, bool IsAfterSuccess);

/// <summary>
/// Reads the part of the shell's language that needs no processes: words, quotes, backslashes, <c>$NAME</c> and <c>${NAME}</c>, <c>;</c>, line ends and <c>&amp;&amp;</c>.
/// A variable's value is never split into words, and patterns stand for themselves: there are no files.
/// </summary>
internal sealed class ShellText
{
    private const string NeedProcesses = "|&<>()`";

    private readonly string _text;
    private readonly Func<string, string> _variable;
    private readonly List<ShellStep> _steps = [];
    private readonly ImmutableArray<string>.Builder _words = ImmutableArray.CreateBuilder<string>();
    private readonly StringBuilder _word = new();
    private bool _begun;
    private bool _afterSuccess;
    private int _at;

    private ShellText(string text, Func<string, string> variable) => (_text, _variable) = (text, variable);

    /// <exception cref="FormatException">The text needs a real shell, or ends within quotes.</exception>
    public static IReadOnlyList<ShellStep> Parse(string text, Func<string, string> variable) => new ShellText(text, variable).Parse();

    private List<ShellStep> Parse()
    {
        while (_at < _text.Length)
            Take(_text[_at++]);
        EndStep(isAfterSuccess: false);
        return _steps;
    }

    private void Take(char character)
    {
        switch (character)
        {
            case '\'':
                Append(Quoted('\''));
                break;
            case '"':
                TakeDoubleQuoted();
                break;
            case '\\' when _at < _text.Length:
                Append(_text[_at++].ToString());
                break;
            case '$':
                Append(Variable());
                break;
            case ';' or '\n':
                EndStep(isAfterSuccess: false);
                break;
            case '&' when Next('&'):
                EndStep(isAfterSuccess: true);
                break;
            case ' ' or '\t' or '\r':
                EndWord();
                break;
            default:
                Append(NeedProcesses.Contains(character, StringComparison.Ordinal) ? throw NeedsShell(character) : character.ToString());
                break;
        }
    }

    private void TakeDoubleQuoted()
    {
        Append("");
        while (_at < _text.Length && _text[_at] != '"')
        {
            var character = _text[_at++];
            Append(character switch
            {
                '\\' when _at < _text.Length && _text[_at] is '"' or '\\' or '$' or '`' => _text[_at++].ToString(),
                '$' => Variable(),
                '`' => throw NeedsShell('`'),
                _ => character.ToString(),
            });
        }

        if (!Next('"'))
            throw new FormatException("unterminated quoted string");
    }

    private string Quoted(char quote)
    {
        var end = _text.IndexOf(quote, _at);
        if (end < 0)
            throw new FormatException("unterminated quoted string");
        var inside = _text[_at..end];
        _at = end + 1;
        return inside;
    }

    private string Variable()
    {
        var braced = Next('{');
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;
        var name = _text[start.._at];
        if (braced ? name.Length == 0 || !Next('}') : name.Length == 0 && _at < _text.Length && _text[_at] is '(' or '?' or '$' or '#' or '@' or '*' or '!')
            throw NeedsShell('$');
        return name.Length == 0 ? "$" : _variable(name);
    }

    private bool Next(char expected)
    {
        if (_at >= _text.Length || _text[_at] != expected)
            return false;
        _at++;
        return true;
    }

    private void Append(string part)
    {
        _word.Append(part);
        _begun = true;
    }

    private void EndWord()
    {
        if (_begun)
            _words.Add(_word.ToString());
        _word.Clear();
        _begun = false;
    }

    private void EndStep(bool isAfterSuccess)
    {
        EndWord();
        _steps.Add(new ShellStep(_words.ToImmutable(), _afterSuccess));
        _words.Clear();
        _afterSuccess = isAfterSuccess;
    }

    private static FormatException NeedsShell(char character) =>
        new($"'{character}' needs a real shell, and this container runs inside weft and has none: commands, quotes, $VARIABLES, ';' and '&&' are understood");
}
