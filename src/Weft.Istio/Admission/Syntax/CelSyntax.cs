using System.Globalization;
using System.Text;

namespace Weft.Istio.Admission.Syntax;

/// <summary>
/// Says whether a text is an expression of CEL (https://github.com/google/cel-spec, its grammar alone) and, if not, where it breaks, in the words of
/// cel-go's parser as far as they can be had without it: after a wrong operand reading goes on at the next operator.
/// </summary>
internal sealed class CelSyntax
{
    private const int DeepestNesting = 250;

    private const string Operands =
        "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

    private readonly string _text;
    private readonly List<CelToken> _tokens;
    private readonly List<(CelToken At, string Problem)> _errors = [];
    private int _next;
    private int _depth;

    private CelSyntax(string text)
    {
        _text = text;
        _tokens = CelTokens.Read(text, (at, problem) => _errors.Add((at, problem)));
    }

    /// <summary>Null for a good expression.</summary>
    public static string? Error(string text)
    {
        var reader = new CelSyntax(text);
        reader.Expression();
        if (reader.Current.Kind != CelTokenKind.End)
        {
            reader.Report($"mismatched input {Show(reader.Current)} expecting <EOF>");
        }

        return reader._errors.Count == 0 ? null : string.Join('\n', reader._errors.OrderBy(error => error.At.Position).Select(reader.Describe));
    }

    private CelToken Current => _tokens[_next];

    private void Expression()
    {
        if (++_depth > DeepestNesting)
        {
            _next = _tokens.Count - 1;
            Report("expression recursion limit exceeded: 250");
            return;
        }

        Chain();
        if (Take("?"))
        {
            Chain();
            Require(":");
            Expression();
        }

        _depth--;
    }

    /// <summary>Operands joined by operators; which binds closer does not matter for whether it can be read.</summary>
    private void Chain()
    {
        Unary();
        while (Current.IsBinaryOperator)
        {
            _next++;
            Unary();
        }
    }

    private void Unary()
    {
        while (Current.Text is "!" or "-" && Current.Kind == CelTokenKind.Symbol)
        {
            _next++;
        }

        if (!Primary())
        {
            return;
        }

        while (Current.Kind == CelTokenKind.Symbol && Current.Text is "." or "[" or "{")
        {
            Member();
        }
    }

    private void Member()
    {
        switch (_tokens[_next++].Text)
        {
            case ".":
                Take("?");
                RequireName();
                if (Take("("))
                {
                    Arguments(")", isMap: false);
                }

                break;
            case "[":
                Take("?");
                Expression();
                Require("]");
                break;
            default:
                Arguments("}", isMap: true);
                break;
        }
    }

    private bool Primary()
    {
        switch (Current)
        {
            case { Kind: CelTokenKind.Literal }:
                _next++;
                return true;
            case { Kind: CelTokenKind.Name }:
                _next++;
                if (Take("("))
                {
                    Arguments(")", isMap: false);
                }

                return true;
            case { Kind: CelTokenKind.Symbol, Text: "." }:
                _next++;
                RequireName();
                return true;
            case { Kind: CelTokenKind.Symbol, Text: "(" }:
                _next++;
                Expression();
                Require(")");
                return true;
            case { Kind: CelTokenKind.Symbol, Text: "[" }:
                _next++;
                Arguments("]", isMap: false);
                return true;
            case { Kind: CelTokenKind.Symbol, Text: "{" }:
                _next++;
                Arguments("}", isMap: true);
                return true;
            default:
                return MissingOperand();
        }
    }

    /// <summary>One wrong token before an operand is left out; otherwise the operand is.</summary>
    private bool MissingOperand()
    {
        if (Current.Kind != CelTokenKind.End && _tokens[_next + 1].StartsOperand)
        {
            Report($"extraneous input {Show(Current)} expecting {Operands}");
            _next++;
            return Primary();
        }

        Report($"mismatched input {Show(Current)} expecting {Operands}");
        while (Current.Kind != CelTokenKind.End && !Current.IsBinaryOperator && Current.Text is not (")" or "]" or "}" or "," or ":" or "?"))
        {
            _next++;
        }

        return false;
    }

    private void Arguments(string end, bool isMap)
    {
        while (Current.Kind != CelTokenKind.End && !(Current.Kind == CelTokenKind.Symbol && Current.Text == end))
        {
            var before = _next;
            Take("?");
            Expression();
            if (isMap)
            {
                Require(":");
                Expression();
            }

            if (!Take(",") && (before == _next || Current.Text != end))
            {
                break;
            }
        }

        Require(end);
    }

    private void RequireName()
    {
        if (Current.Kind == CelTokenKind.Name)
        {
            _next++;
        }
        else
        {
            Report($"no viable alternative at input '.{(Current.Kind == CelTokenKind.End ? "" : Current.Text)}'");
        }
    }

    private void Require(string symbol)
    {
        if (!Take(symbol))
        {
            Report($"{(Current.Kind == CelTokenKind.End ? "mismatched" : "extraneous")} input {Show(Current)} expecting '{symbol}'");
        }
    }

    private bool Take(string symbol)
    {
        if (Current.Kind != CelTokenKind.Symbol || Current.Text != symbol)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Report(string problem) => _errors.Add((Current, "Syntax error: " + problem));

    private string Describe((CelToken At, string Problem) error)
    {
        var before = _text.AsSpan(0, Math.Min(error.At.Position, _text.Length));
        var lineStart = before.LastIndexOf('\n') + 1;
        var line = before.Count('\n') + 1;
        var column = error.At.Position - lineStart;
        var lineEnd = _text.IndexOf('\n', lineStart);
        var source = lineEnd < 0 ? _text[lineStart..] : _text[lineStart..lineEnd];
        return new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"ERROR: <input>:{line}:{column + 1}: {error.Problem}\n | {source}\n | ")
            .Append('.', column)
            .Append('^')
            .ToString();
    }

    private static string Show(CelToken token) => token.Kind == CelTokenKind.End ? "'<EOF>'" : $"'{token.Text}'";
}
