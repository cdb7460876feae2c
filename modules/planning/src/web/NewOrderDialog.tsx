import { NumberInput, Select, TextInput } from '@mantine/core'
import { epochMs, instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { clockMs, Dialog, FormActions, formatWhen, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { NewOrder, ProductId } from '../contract.ts'
import classes from './planning.module.css'
import { productsQuery, promiseQuery, useNewOrder } from './queries.ts'
import { texts } from './texts.ts'
import { momentOf } from './wall-moment.ts'

const words = texts.orders
const USUAL_PRIORITY = '3'

interface NewOrderDialogProps {
  readonly siteId: string
  readonly timeZone: string
  readonly onClose: () => void
}

/** Makes an order. Its due date is on the plant's clock. */
export function NewOrderDialog({ siteId, timeZone, onClose }: NewOrderDialogProps) {
  const products = useQuery(productsQuery(siteId))
  const create = useNewOrder()
  const [number, setNumber] = useState('')
  const [productId, setProductId] = useState<string | null>(null)
  const [quantity, setQuantity] = useState<number | string>(100)
  const [due, setDue] = useState('')
  const [priority, setPriority] = useState(USUAL_PRIORITY)
  const [customer, setCustomer] = useState('')
  const [isTried, setTried] = useState(false)
  const promise = useQuery(promiseQuery(siteId, productId, quantity))
  const dueMs = momentOf(due, timeZone)
  const order: NewOrder | undefined =
    number.trim() !== '' && productId && typeof quantity === 'number' && quantity >= 1 && dueMs && dueMs > clockMs()
      ? {
          ...{ siteId: siteId as EquipmentId, number: number.trim(), productId: productId as ProductId, quantity },
          ...{ releaseAt: instant(clockMs()), dueAt: instant(dueMs), priority: Number(priority) },
          customer: customer.trim() === '' ? null : customer.trim(),
        }
      : undefined

  function save(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (order) create.mutate(order, { onSuccess: onClose })
  }

  return (
    <Dialog title={words.add} onClose={onClose}>
      {products.isPending && <LinesSkeleton lines={6} />}
      <ProblemAlert error={products.error} />
      {products.data?.items.length === 0 && <p>{words.noProducts}</p>}
      {products.data && products.data.items.length > 0 && (
        <form className={classes.form} onSubmit={save} noValidate>
          <TextInput label={words.number} value={number} maxLength={40} onChange={(e) => setNumber(e.target.value)} />
          <Select
            label={words.product}
            searchable
            value={productId}
            data={products.data.items.map(({ id, code, name }) => ({ value: id, label: `${code} ${name}` }))}
            onChange={setProductId}
          />
          <div className={classes.pair}>
            <NumberInput label={words.quantity} value={quantity} min={1} allowDecimal={false} onChange={setQuantity} />
            <Select
              label={words.priority}
              value={priority}
              allowDeselect={false}
              data={words.priorities.map((label, index) => ({ value: String(index + 1), label }))}
              onChange={(value) => setPriority(value ?? USUAL_PRIORITY)}
            />
          </div>
          <TextInput label={words.due} type="datetime-local" value={due} onChange={(e) => setDue(e.target.value)} />
          <TextInput
            label={words.customer}
            value={customer}
            maxLength={120}
            onChange={(e) => setCustomer(e.target.value)}
          />
          {promise.data && (
            <p className="second" aria-live="polite">
              {promise.data.endAt === null
                ? (promise.data.reason ?? words.noPromise)
                : words.promise(formatWhen(epochMs(promise.data.endAt), timeZone, clockMs()))}
            </p>
          )}
          {isTried && !order && <p role="alert">{words.invalid}</p>}
          <ProblemAlert error={create.error} />
          <FormActions submit={words.save} isPending={create.isPending} onCancel={onClose} />
        </form>
      )}
    </Dialog>
  )
}
