using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Expressions;

/// <summary>Recursive descent over CEL's grammar, by falling precedence: conditional, ||, &amp;&amp;, relation, addition, multiplication, unary, member.</summary>
internal sealed class CelParser(string source)
{
    private const int MaxDepth = 64;

    private readonly List<CelToken> _tokens = CelLexer.Read(source);
    private int _next;
    private int _depth;

    public CelNode Parse()
    {
        var root = Conditional();
        return Current.Kind == CelTokenKind.End ? root : throw Unexpected();
    }

    private CelToken Current => _tokens[_next];

    private CelNode Conditional()
    {
        if (++_depth > MaxDepth)
        {
            throw new ResourceRejectedException($"expression '{source}' is nested too deeply");
        }

        var condition = Or();
        if (Take("?"))
        {
            var whenTrue = Conditional();
            Expect(":");
            var whenFalse = Conditional();
            var test = condition;
            condition = stream => test(stream) switch { true => whenTrue(stream), false => whenFalse(stream), _ => null };
        }

        _depth--;
        return condition;
    }

    private CelNode Or()
    {
        var left = And();
        while (Take("||"))
        {
            var (first, second) = (left, And());
            left = stream => first(stream) is true || second(stream) is true ? true : first(stream) is false && second(stream) is false ? false : null;
        }

        return left;
    }

    private CelNode And()
    {
        var left = Relation();
        while (Take("&&"))
        {
            var (first, second) = (left, Relation());
            left = stream => first(stream) is false || second(stream) is false ? false : first(stream) is true && second(stream) is true ? true : null;
        }

        return left;
    }

    private CelNode Relation()
    {
        var left = Sum();
        while (Current is { Kind: CelTokenKind.Symbol, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" } or { Kind: CelTokenKind.Identifier, Text: "in" })
        {
            var name = _tokens[_next++].Text;
            var (first, second) = (left, Sum());
            left = stream => CelValue.Compare(name, first(stream), second(stream));
        }

        return left;
    }

    private CelNode Sum()
    {
        var left = Product();
        while (Current is { Kind: CelTokenKind.Symbol, Text: "+" or "-" })
        {
            var name = _tokens[_next++].Text;
            var (first, second) = (left, Product());
            left = stream => CelValue.Calculate(name, first(stream), second(stream));
        }

        return left;
    }

    private CelNode Product()
    {
        var left = Unary();
        while (Current is { Kind: CelTokenKind.Symbol, Text: "*" or "/" or "%" })
        {
            var name = _tokens[_next++].Text;
            var (first, second) = (left, Unary());
            left = stream => CelValue.Calculate(name, first(stream), second(stream));
        }

        return left;
    }

    private CelNode Unary()
    {
        if (Take("!"))
        {
            var operand = Nested(Unary);
            return stream => operand(stream) is bool value ? !value : null;
        }

        if (Take("-"))
        {
            var operand = Nested(Unary);
            return stream => operand(stream) is double value ? -value : null;
        }

        return Member(Primary());
    }

    private CelNode Member(CelNode target)
    {
        while (true)
        {
            var inner = target;
            if (Take("."))
            {
                var name = Identifier();
                target = Take("(") ? CelFunctions.Method(name, inner, Arguments(), source) : stream => CelValue.Select(inner(stream), name);
            }
            else if (Take("["))
            {
                var index = Conditional();
                Expect("]");
                target = stream => CelValue.Index(inner(stream), index(stream));
            }
            else
            {
                return target;
            }
        }
    }

    private CelNode Primary()
    {
        var token = _tokens[_next];
        if (token.Kind is CelTokenKind.Number or CelTokenKind.Text)
        {
            _next++;
            return new CelLiteral(token.Value).Evaluate;
        }

        if (Take("("))
        {
            var inner = Conditional();
            Expect(")");
            return inner;
        }

        if (Take("["))
        {
            var items = Arguments("]");
            return stream => items.Select(item => item(stream)).ToList();
        }

        var name = Identifier();
        return name switch
        {
            "true" => static _ => true,
            "false" => static _ => false,
            "null" => static _ => null,
            _ when Take("(") => CelFunctions.Global(name, Arguments(), source),
            _ => CelAttributes.Root(name, source),
        };
    }

    private List<CelNode> Arguments(string end = ")")
    {
        var arguments = new List<CelNode>();
        while (!Take(end))
        {
            if (arguments.Count > 0)
            {
                Expect(",");
            }

            arguments.Add(Conditional());
        }

        return arguments;
    }

    private CelNode Nested(Func<CelNode> parse)
    {
        if (++_depth > MaxDepth)
        {
            throw new ResourceRejectedException($"expression '{source}' is nested too deeply");
        }

        var node = parse();
        _depth--;
        return node;
    }

    private string Identifier() => Current.Kind == CelTokenKind.Identifier ? _tokens[_next++].Text : throw Unexpected();

    private bool Take(string symbol)
    {
        if (Current.Kind != CelTokenKind.Symbol || Current.Text != symbol)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
        {
            throw Unexpected();
        }
    }

    private ResourceRejectedException Unexpected() => new($"expression '{source}': unexpected {Current.Text}");
}
